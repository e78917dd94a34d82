import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runChecks } from './project/checks.ts';

const root = path.resolve(import.meta.dirname, '..');
/** Debian packages of the mail servers and the browser for tests, with a file of each. */
const packages = {
  chromium: '/usr/bin/chromium',
  postfix: '/usr/sbin/postfix',
  'dovecot-imapd': '/usr/lib/dovecot/imap',
  'dovecot-lmtpd': '/usr/lib/dovecot/lmtp',
  'dovecot-sieve': '/usr/bin/sievec',
};

/**
 * Installs missing packages.
 * @throws when this user may not install them, with the command to run, or when apt-get fails
 */
function installPeers(): void {
  const missing = Object.entries(packages).flatMap(([name, file]) =>
    existsSync(file) ? [] : [name],
  );
  if (missing.length === 0) return;
  const install = ['install', '-y', '--no-install-recommends', ...missing];
  if (process.getuid?.() !== 0) {
    const command = `DEBIAN_FRONTEND=noninteractive apt-get ${install.join(' ')}`;
    throw new Error(
      'Mail servers or the browser for the tests are missing. ' +
        `Run: sudo apt-get update && sudo ${command}`,
    );
  }
  console.log(`Installing ${missing.join(', ')} ...`);
  // A package's own service would take port 25; the tests start their own on free ports.
  for (const args of [['update', '-qq'], install]) {
    const run = spawnSync('apt-get', args, {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
      encoding: 'utf8',
    });
    if (run.status !== 0)
      throw new Error(`apt-get ${args.join(' ')} failed:\n${run.stdout}${run.stderr}`);
  }
}

type Report = {
  numPassedTests: number;
  numFailedTests: number;
  testResults: { status: string; assertionResults: unknown[] }[];
};

/** Runs vitest and counts: a file that could not even start counts as one failure. */
function runTests(): { passed: number; failed: number } {
  const folder = mkdtempSync('/tmp/postrider-report-');
  const file = path.join(folder, 'report.json');
  const args = [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
    ...process.argv.slice(2),
  ];
  const run = spawnSync(path.join(root, 'node_modules/.bin/vitest'), args, {
    cwd: root,
    stdio: 'inherit',
  });
  const report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Report) : null;
  rmSync(folder, { recursive: true, force: true });
  const unread =
    report?.testResults.filter(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
    ) ?? [];
  const failed = (report?.numFailedTests ?? 0) + unread.length;
  return {
    passed: report?.numPassedTests ?? 0,
    failed: run.status === 0 ? failed : Math.max(1, failed),
  };
}

function runAll(): { passed: number; failed: number } {
  try {
    installPeers();
  } catch (error) {
    console.error((error as Error).message);
    return { passed: 0, failed: 1 };
  }
  const checks = runChecks();
  const tests = runTests();
  return { passed: checks.passed + tests.passed, failed: checks.failed + tests.failed };
}

const { passed, failed } = runAll();
process.exitCode = failed > 0 ? 1 : 0;
console.log(`${passed} passed, ${failed} failed`);
