import assert from 'node:assert/strict';
import { attribute } from '../../bench/attribute.ts';

/** A profile in which each stack, the outermost first, is seen for a millisecond. */
function createProfile(stacks: readonly (readonly [name: string, url: string])[][]) {
  const nodes = stacks.flatMap((stack, index) =>
    stack.map(([functionName, url], depth) => ({
      id: index * 100 + depth,
      callFrame: { functionName, url, scriptId: '', lineNumber: 0, columnNumber: 0 },
      ...(depth + 1 < stack.length ? { children: [index * 100 + depth + 1] } : {}),
    })),
  );
  return {
    nodes,
    startTime: 0,
    endTime: stacks.length * 1000,
    samples: stacks.map((stack, index) => index * 100 + stack.length - 1),
    timeDeltas: [0, ...stacks.map(() => 1000)],
  };
}

const bundle = ['run', 'file:///main.cjs'] as const;
const sources: Readonly<Record<string, string>> = {
  'file:///main.cjs': '../tasks/EntraToken/EntraTokenV1/src/run.ts',
  'file:///task-library': '../node_modules/azure-pipelines-task-lib/task.js',
  'file:///entra': '../node_modules/@azure/msal-node/dist/index.mjs',
  'file:///glue': 'entra-library.cjs',
};

describe('attribute', () => {
  it('finds the part by what Node does, and for whom', () => {
    const expected = {
      'our own code': [[bundle], [bundle, ['now', '']]],
      'the task library': [[bundle, ['getInput', 'file:///task-library']]],
      "Entra's library": [
        [bundle, ['getToken', 'file:///entra']],
        [bundle, ['__toESM', 'file:///glue']],
      ],
      'reading and parsing the bundle': [[['wrapSafe', 'node:internal/modules/cjs/loader']]],
      "reading and parsing Entra's library": [
        [bundle, ['wrapSafe', 'node:internal/modules/cjs/loader']],
      ],
      "loading Node's modules": [
        [bundle, ['compileForInternalLoader', 'node:internal/bootstrap/realm'], ['', 'node:tls']],
      ],
      TLS: [[bundle, ['connect', 'node:_tls_wrap'], ['Socket', 'node:net']]],
      'sockets, HTTP and streams': [[bundle, ['connect', 'node:net']], [['read', 'node:net']]],
      'starting programs': [
        [bundle, ['spawn', 'node:internal/child_process'], ['Socket', 'node:net']],
      ],
      "the rest of Node's code": [[['emit', 'node:events']]],
      'collecting garbage': [[bundle, ['(garbage collector)', '']]],
      waiting: [[['(idle)', '']]],
    } as const;
    for (const [part, stacks] of Object.entries(expected)) {
      const profile = createProfile(stacks.map((stack) => [['(root)', ''], ...stack]));
      const times = attribute(profile, (url) => sources[url]);
      assert.deepEqual(
        Object.fromEntries([...times].filter(([, ms]) => ms > 0)),
        { [part]: stacks.length },
        part,
      );
    }
  });
});
