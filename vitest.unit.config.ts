import { defineConfig, mergeConfig } from 'vitest/config';
import { findMailTests } from './test/project/mail-tests.ts';
import config from './vitest.config.ts';

/** `npm run test:unit`: all tests but those that start Postfix, Dovecot or a browser. Any user can run it. */
export default mergeConfig(
  config,
  defineConfig({ test: { exclude: [...findMailTests(), 'test/web/**'] } }),
);
