import type { World } from '../../local/world.ts';
import { type Probe } from '../support/find-tool.ts';
import { type RecipeRun } from '../support/run-recipe.ts';

/** One recipe of the documentation, and how the tests run it. */
export interface Recipe {
  readonly name: string;
  /** Why it cannot be run anywhere here. */
  readonly notRun?: string;
  /** What is not the real thing. */
  readonly note?: string;
  readonly needs?: readonly Probe[];
  /** npm packages, in exact versions, that the repository of the pipeline has installed. */
  readonly packages?: Readonly<Record<string, string>>;
  /** Beside the environment of the machine, whose home it is told. */
  readonly environment?: (home: string) => Readonly<Record<string, string>>;
  /** Packages of PyPI, in exact versions, whose commands the machine has installed. */
  readonly python?: readonly string[];
  /** Packages of npm, in exact versions, whose commands the machine has installed. */
  readonly commands?: Readonly<Record<string, string>>;
  readonly check?: (run: RecipeRun, world: World) => void | Promise<void>;
}
