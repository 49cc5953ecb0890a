/** What to do about what is wrong with the job. */
export const jobRemedies = {
  NODE_TOO_OLD:
    'Update the agent to 3.232.1 or later. If it is new, its Node.js 20 does not run on this machine: use a newer operating system or container image (glibc 2.28 or later; for Alpine, an image that brings Node.js 20 or later).',
  JOB_TOKEN_MISSING:
    'Run the step on an agent of Azure Pipelines, version 3.232.1 or later. Every job brings its own token along; no setting is needed for it.',
  OIDC_ADDRESS_MISSING:
    'Run the step in a build or release job of Azure DevOps Services. Azure DevOps Server has no Workload Identity Federation.',
  OIDC_ADDRESS_FOREIGN:
    "Remove whatever sets this variable in the pipeline, its variable groups or the environment of the agent. The job's own token is sent only to the organization that the job belongs to.",
} as const;
