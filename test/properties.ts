import fc from 'fast-check';

// The same cases at every run; others with TEST_SEED=<number>.
fc.configureGlobal({ seed: Number(process.env.TEST_SEED ?? 20_261_121) });
