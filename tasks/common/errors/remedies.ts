import { inputsRemedies } from './remedies/inputs.ts';
import { serviceConnectionRemedies } from './remedies/service-connection.ts';
import { jobRemedies } from './remedies/job.ts';
import { networkRemedies } from './remedies/network.ts';
import { azureDevOpsRemedies } from './remedies/azure-devops.ts';
import { entraRemedies } from './remedies/entra.ts';
import { verifyRemedies } from './remedies/verify.ts';
import { signInRemedies } from './remedies/sign-in.ts';

/**
 * What to do about each error, in words for the person who reads the log. The keys are the public
 * codes: stable within a major version, a heading each in docs/troubleshooting.md.
 */
export const remedies = {
  ...inputsRemedies,
  ...serviceConnectionRemedies,
  ...jobRemedies,
  ...networkRemedies,
  ...azureDevOpsRemedies,
  ...entraRemedies,
  ...verifyRemedies,
  ...signInRemedies,
  INTERNAL_ERROR:
    'Report it as an issue of this project, with the code, the version of the task and the log of the step. It is a fault of the task.',
} as const satisfies Readonly<Record<string, string>>;
