// The floor: the least that any program can do to get the token. Two requests, no checks, no retries.
const http = require('node:http');
const https = require('node:https');

const connection = process.env.INPUT_CONNECTION;
const { parameters } = JSON.parse(process.env[`ENDPOINT_AUTH_${connection}`]);
const jobToken = JSON.parse(process.env.ENDPOINT_AUTH_SYSTEMVSSCONNECTION).parameters.AccessToken;
const proxy = new URL(process.env.HTTPS_PROXY);

function post(address, headers, body) {
  const { hostname, pathname, search } = new URL(address);
  return new Promise((resolve, reject) => {
    http
      .request({
        host: proxy.hostname,
        port: proxy.port,
        method: 'CONNECT',
        path: `${hostname}:443`,
        headers: { host: `${hostname}:443` },
      })
      .once('error', reject)
      .once('connect', (_response, socket) => {
        https
          .request({
            agent: false,
            socket,
            host: hostname,
            servername: hostname,
            path: `${pathname}${search}`,
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
      })
      .end();
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
    `https://login.microsoftonline.com/${parameters.tenantid}/oauth2/v2.0/token`,
    { 'content-type': 'application/x-www-form-urlencoded' },
    form.toString(),
  );
  process.stdout.write(`##vso[task.setsecret]${access_token}\n`);
  process.stdout.write(`##vso[task.setvariable variable=Token;issecret=true]${access_token}\n`);
})();
