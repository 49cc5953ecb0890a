// What pipelines paste: the SDK's own credential for Azure Pipelines, loaded from node_modules.
const { AzurePipelinesCredential } = require('@azure/identity');

const connection = process.env.INPUT_CONNECTION;
const { parameters } = JSON.parse(process.env[`ENDPOINT_AUTH_${connection}`]);
const jobToken = JSON.parse(process.env.ENDPOINT_AUTH_SYSTEMVSSCONNECTION).parameters.AccessToken;

void (async () => {
  const credential = new AzurePipelinesCredential(
    parameters.tenantid,
    parameters.serviceprincipalid,
    connection,
    jobToken,
  );
  const { token } = await credential.getToken('499b84ac-1321-427f-aa17-267ca6975798/.default');
  process.stdout.write(`##vso[task.setsecret]${token}\n`);
  process.stdout.write(`##vso[task.setvariable variable=Token;issecret=true]${token}\n`);
})();
