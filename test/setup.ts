import { packageLocally } from './local/local-package.ts';

/** Runs once before all tests: they share one package, made from the working tree. */
export async function mochaGlobalSetup(): Promise<void> {
  await packageLocally();
}
