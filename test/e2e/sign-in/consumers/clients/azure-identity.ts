import {
  DefaultAzureCredential,
  ManagedIdentityCredential,
  WorkloadIdentityCredential,
} from '@azure/identity';

// As a program of a pipeline does: whatever the environment says, and nothing else.
const credentials = {
  default: () => new DefaultAzureCredential(),
  workload: () => new WorkloadIdentityCredential(),
  managed: () => new ManagedIdentityCredential(),
} as const;

const [kind = 'default', scope = ''] = process.argv.slice(2);
const { token } = await credentials[kind as keyof typeof credentials]().getToken(scope);
process.stdout.write(token);
