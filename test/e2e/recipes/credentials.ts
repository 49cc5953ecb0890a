import { type RecipeRun } from '../support/run-recipe.ts';

/** How the requests were authorized: scheme and, for Basic, the user name; each once, in order. */
export function credentialsOf(requests: RecipeRun['requests']): (string | undefined)[] {
  const all = requests.map(({ headers }) => {
    const [scheme, value = ''] = (headers['authorization'] ?? '').split(' ');
    if (!scheme) return undefined;
    if (scheme.toLowerCase() !== 'basic') return scheme;
    const pair = Buffer.from(value, 'base64').toString();
    return `Basic ${pair.slice(0, pair.indexOf(':'))}`;
  });
  return [...new Set(all)];
}
