import { expandMacros } from './macros.ts';
import { readOnlyVariables } from './read-only-variables.ts';

/** A variable as the job message or the pipeline file gives it. */
export interface JobVariable {
  readonly name: string;
  readonly value: string;
  readonly secret?: boolean;
  readonly readOnly?: boolean;
}

/** What is known of a variable that is set. */
export interface VariableState {
  /** Nested `$(other)` expanded. */
  readonly value: string;
  readonly secret: boolean;
  readonly readOnly: boolean;
}

interface Entry extends VariableState {
  readonly name: string;
  readonly preserveCase: boolean;
}

/** Options of {@link Variables.set}; what is absent is false. */
export interface VariableOptions {
  readonly secret?: boolean;
  readonly readOnly?: boolean;
  readonly preserveCase?: boolean;
}

/** The variables of a job: names without case, secrecy and write protection once given stay (`AW/Variables.cs`). */
export class Variables {
  readonly #entries = new Map<string, Entry>();
  readonly #onSecret: (value: string) => void;

  /** `onSecret` is told each value that is set as a secret, before anything can print it. */
  constructor(onSecret: (value: string) => void = () => undefined) {
    this.#onSecret = onSecret;
  }

  /** Sets a variable (`AW/Variables.cs:416-454`); asks nobody whether it may be set. */
  set(name: string, value: string, options: VariableOptions = {}): void {
    const key = name.toLowerCase();
    const existing = this.#entries.get(key);
    const secret = options.secret === true || existing?.secret === true;
    if (secret) this.#onSecret(value);
    this.#entries.set(key, {
      name: existing?.name ?? name,
      value,
      secret,
      readOnly: options.readOnly === true || existing?.readOnly === true,
      preserveCase: options.preserveCase === true,
    });
  }

  /** The variable, or undefined when it is not set. */
  get(name: string): VariableState | undefined {
    return this.#expand(name.toLowerCase(), []);
  }

  /** The value, or undefined when it is not set. */
  value(name: string): string | undefined {
    return this.get(name)?.value;
  }

  /** Whether the value is `true` in any case, as the agent's knobs read it. */
  isTrue(name: string): boolean {
    return this.value(name)?.trim().toLowerCase() === 'true';
  }

  /** Whether a step may not overwrite it; only a variable that exists is protected (`AW/Variables.cs:650-658`). */
  isReadOnly(name: string): boolean {
    const entry = this.#entries.get(name.toLowerCase());
    return entry !== undefined && (entry.readOnly || readOnlyVariables.has(name.toLowerCase()));
  }

  /** Replaces the `$(name)` of all variables in a text, secrets included. */
  expand(text: string): string {
    return expandMacros(text, (name) => this.value(name));
  }

  /** All variables under the names that they were first set with. */
  *list(): Iterable<VariableState & { readonly name: string; readonly preserveCase: boolean }> {
    for (const [key, entry] of this.#entries) yield { ...entry, ...this.#expand(key, []) };
  }

  /** Values may name other variables; one that names a secret is secret (`AW/Variables.cs`, RecalculateExpanded). */
  #expand(key: string, outer: readonly string[]): VariableState | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    let { secret } = entry;
    const value = expandMacros(entry.value, (name) => {
      const inner = name.toLowerCase();
      // A circle stays unexpanded.
      if (inner === key || outer.includes(inner)) return undefined;
      const nested = this.#expand(inner, [...outer, key]);
      secret ||= nested?.secret === true;
      return nested?.value;
    });
    return { value, secret, readOnly: entry.readOnly };
  }
}
