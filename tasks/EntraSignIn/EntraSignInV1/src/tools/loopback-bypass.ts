import type { ToolVariable } from './tool.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const proxies = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];
const loopback = '127.0.0.1';

/**
 * The variable that keeps programs from sending 127.0.0.1 through a proxy, where one is set for plain HTTP. In the case
 * that is there already: Python and curl read the lower one first.
 */
export function toLoopbackBypass(environment: Environment): readonly ToolVariable[] {
  if (proxies.every((name) => !environment[name])) return [];
  const name = environment['no_proxy'] === undefined ? 'NO_PROXY' : 'no_proxy';
  const entries = (environment[name] ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  if (entries.includes(loopback) || entries.includes('*')) return [];
  return [{ name, value: [...entries, loopback].join(',') }];
}
