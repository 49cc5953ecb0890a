import { toFeedProgram } from './feeds.ts';
import type { Tool } from './tool.ts';

/** Name of the credential provider, which cargo looks up on the path. */
const program = 'cargo-credential-entra-token';
const variable = 'CARGO_REGISTRY_GLOBAL_CREDENTIAL_PROVIDERS';

/**
 * cargo: an external credential provider for registries that have none of their own. The last one of the list is asked
 * first, and hands on what it does not know (doc.rust-lang.org/cargo/reference/registry-authentication.html).
 */
export const cargo: Tool = {
  name: 'cargo',
  usesAzureDevOps: true,
  rivals: [],
  setUp: (signIn) => ({
    variables: [{ name: variable, value: toProviders(signIn.readVariable(variable)) }],
    files: toFeedProgram(program, 'cargo-credential', signIn),
  }),
  describe: ({ organizations }) =>
    `cargo with the registries of ${organizations.map(({ url }) => url.href).join(', ')}`,
};

/** What the job has already stays, else what cargo itself begins with; of two sign-ins the later one is found first. */
function toProviders(before = 'cargo:token'): string {
  const others = before.split(/\s+/).filter((provider) => provider !== '' && provider !== program);
  return [...others, program].join(' ');
}
