// The floor: the least that any program can do to get the token. Two requests, no checks, no retries.
const http = require('node:http');
const https = require('node:https');

const connection = process.env.INPUT_CONNECTION;
const { parameters } = JSON.parse(process.env[`ENDPOINT_AUTH_${connection}`]);
const jobToken = JSON.parse(process.env.ENDPOINT_AUTH_SYSTEMVSSCONNECTION).parameters.AccessToken;
const authority = process.env.BENCH_AUTHORITY;

/** The socket of a tunnel through HTTPS_PROXY; none on the direct way. */
function openTunnel(host) {
  if (process.env.HTTPS_PROXY === undefined) return undefined;
  const { hostname, port } = new URL(process.env.HTTPS_PROXY);
  return new Promise((resolve, reject) => {
    http
      .request({ host: hostname, port, method: 'CONNECT', path: `${host}:443`, headers: { host } })
      .once('error', reject)
      .once('connect', (_response, socket) => resolve(socket))
      .end();
  });
}

async function post(address, headers, body) {
  const url = new URL(address);
  const socket = await openTunnel(url.hostname);
  return new Promise((resolve, reject) => {
    https
      .request(url, {
        agent: false,
        ...(socket === undefined ? {} : { socket, servername: url.hostname }),
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      })
      .once('error', reject)
      .once('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => (text += chunk));
        response.once('end', () => resolve(JSON.parse(text)));
      })
      .end(body);
  });
}

void (async () => {
  const { oidcToken } = await post(
    `${process.env.SYSTEM_OIDCREQUESTURI}?api-version=7.1&serviceConnectionId=${connection}`,
    { authorization: `Bearer ${jobToken}`, 'content-type': 'application/json' },
    '',
  );
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: parameters.serviceprincipalid,
    scope: '499b84ac-1321-427f-aa17-267ca6975798/.default',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: oidcToken,
  });
  const { access_token } = await post(
    `${authority}/${parameters.tenantid}/oauth2/v2.0/token`,
    { 'content-type': 'application/x-www-form-urlencoded' },
    form.toString(),
  );
  process.stdout.write(`##vso[task.setsecret]${access_token}\n`);
  process.stdout.write(`##vso[task.setvariable variable=Token;issecret=true]${access_token}\n`);
})();
