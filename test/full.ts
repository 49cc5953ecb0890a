// Required before the tests of `npm run test:full`, on every platform; test/e2e/support/full.ts reads it.
process.env['FULL'] = '1';
