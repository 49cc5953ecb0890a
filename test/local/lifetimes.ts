import { readFileSync } from 'node:fs';

/** How long what the local services issue lives, in seconds; their own choice where absent. */
export interface Lifetimes {
  readonly assertionLifeSeconds?: number | undefined;
  readonly tokenLifeSeconds?: number | undefined;
}

/** The options of the command line, and what each sets. */
const options = {
  'assertion-life': 'assertionLifeSeconds',
  'token-life': 'tokenLifeSeconds',
} as const;

/** Their names, without the dashes. */
export const lifetimeOptions = Object.keys(options) as (keyof typeof options)[];

/** Reads lifetimes out of options; throws for one that is no number of seconds from 5 on. */
export function parseLifetimes(
  values: Readonly<Partial<Record<keyof typeof options, string | undefined>>>,
): Lifetimes {
  return Object.fromEntries(
    lifetimeOptions.flatMap((name) => {
      const value = values[name];
      if (value === undefined) return [];
      const seconds = /^\d{1,6}$/.test(value) ? Number(value) : 0;
      if (seconds < 5) {
        throw new Error(`--${name} is '${value}'. It is a whole number of seconds, 5 or more.`);
      }
      return [[options[name], seconds]];
    }),
  );
}

/**
 * The lifetimes that a pipeline file asks for in a comment, `# local run: --assertion-life 20 --token-life 30`, so that
 * a run on this machine shows in a minute what takes hours; the service does not read it.
 */
export function readLifetimes(pipeline: string): Lifetimes {
  const [, words = ''] = /^# local run:(.*)$/m.exec(readFileSync(pipeline, 'utf8')) ?? [];
  const values: Partial<Record<keyof typeof options, string>> = {};
  for (const [option, name = '', value = ''] of words.matchAll(/--([a-z-]+)(?:[= ]+(\S+))?/g)) {
    if (!(name in options)) {
      const known = lifetimeOptions.map((each) => `--${each}`).join(' and ');
      throw new Error(
        `${pipeline} asks for ${option} in its comment; a file can ask for ${known}.`,
      );
    }
    values[name as keyof typeof options] = value;
  }
  return parseLifetimes(values);
}
