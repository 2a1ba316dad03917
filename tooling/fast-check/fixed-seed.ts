import fc from 'fast-check'

/** Properties draw the same cases in every run; `TUNE_TEST_SEED` draws others. */
fc.configureGlobal({ seed: Number(process.env['TUNE_TEST_SEED'] ?? 20_261_123) })
