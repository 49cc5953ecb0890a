/** What to do about what keeps a job from staying signed in. */
export const signInRemedies = {
  TOOLS_MISSING: 'Name at least one tool, for example: azureSdk, git.',
  TOOL_UNKNOWN: 'Correct the name, or remove it from the input tools.',
  SESSION_FOLDER_UNWRITABLE:
    "Give the agent's user write access to the agent's temporary folder (_work/_temp), and free space on its disk.",
  AZURE_CLI_MISSING:
    'Install the Azure CLI on the agent (https://aka.ms/azure-cli), or use an image that has it; or remove azureCli from the input tools.',
  AZURE_CLI_TOO_OLD:
    'Update the Azure CLI on the agent (az upgrade), or use a newer image; or remove azureCli from the input tools and use AzureCLI@2 for steps shorter than an hour.',
  AZURE_CLI_SIGN_IN_FAILED:
    'Read what az said: with a proxy, 127.0.0.1 must not go through it (NO_PROXY). If it helps, run the same command in a step of its own to see all of its output.',
  KEEPER_NOT_STARTED:
    'Run the step again. If it fails each time, look for what keeps a program of the agent from staying in the background: security software, a limit on processes or memory, or a container without 127.0.0.1.',
  KEEPER_REQUEST_INVALID:
    "Use the variables that this step sets as they are. The endpoint is for this job's own tools only.",
  NOT_SIGNED_IN:
    'Put a step EntraSignIn@1 before this one, in the same job. Each job signs in for itself; a step that runs in a container or on the host while the sign-in ran in the other one cannot reach it.',
  SIGN_IN_ENDED:
    'Sign in again with another step EntraSignIn@1. A sign-in lasts as long as its job, and a day at most.',
  ARGUMENT_INVALID: 'Run entra-token --help for what it takes.',
  TOKEN_LIFE_TOO_SHORT:
    'Ask for less with --min-life, or ask again during the work; access tokens live about an hour, and Entra decides how long.',
} as const;
