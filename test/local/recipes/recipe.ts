import type { GoTool } from '../go-programs.ts';
import type { Tool } from './find-tool.ts';

/** A recipe of the documentation, and what the machine must have for it to run here. */
export interface Recipe {
  /** Of its file, `docs/recipes/<name>.yml`. */
  readonly name: string;
  /** Why it cannot be run anywhere here. */
  readonly notRun?: string;
  /** What is not the real thing. */
  readonly note?: string;
  /** It takes so long to install or to run that only the full run of the tests has it. */
  readonly isLong?: true;
  readonly needs?: readonly Tool[];
  /** npm packages, in exact versions, that the repository of the pipeline has installed. */
  readonly packages?: Readonly<Record<string, string>>;
  /** Beside the environment of the machine, whose home it is told. */
  readonly environment?: (home: string) => Readonly<Record<string, string>>;
  /** Packages of PyPI, in exact versions, whose commands the machine has installed. */
  readonly python?: readonly string[];
  /** Whether its build needs Maven's public plugins, which the feed then has from an upstream source. */
  readonly mavenPlugins?: true;
  /** Programs of Go modules that the machine has installed. */
  readonly go?: readonly GoTool[];
  /** Packages of npm, in exact versions, whose commands the machine has installed. */
  readonly commands?: Readonly<Record<string, string>>;
}
