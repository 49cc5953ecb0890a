import { parseResource, toResource } from '../../../../common/access-token/resources.ts';
import { quote } from '../../../../common/text/text.ts';
import type { Identity } from '../session/settings.ts';
import { badRequest, type Answer, type Request } from './answer.ts';
import type { Tokens } from './tokens.ts';

/**
 * App Service's managed identity protocol, api-version 2019-08-01
 * (learn.microsoft.com/azure/app-service/overview-managed-identity, "REST endpoint reference"): `expires_on` is a
 * text of seconds since 1970.
 */
export async function answerManagedIdentity(
  { query }: Request,
  identity: Identity,
  tokens: Tokens,
): Promise<Answer> {
  const version = query.get('api-version');
  if (version !== '2019-08-01') {
    throw badRequest(`The api-version is ${quote(version ?? '')}; this endpoint knows 2019-08-01.`);
  }
  const clientId = query.get('client_id') ?? query.get('clientid') ?? identity.clientId;
  if (clientId.toLowerCase() !== identity.clientId.toLowerCase()) {
    throw badRequest(
      `An access token was asked for as ${quote(clientId)}; this job is signed in as ${identity.clientId}.`,
    );
  }
  const other = ['principal_id', 'object_id', 'mi_res_id'].find((name) => query.has(name));
  if (other !== undefined) {
    throw badRequest(
      `The identity was named by ${other}; this job is signed in as the client ID ${identity.clientId}.`,
    );
  }
  const wanted = query.get('resource') ?? '';
  if (wanted === '') throw badRequest('The request names no resource.');
  const { id, scope } = toResource(
    parseResource(wanted, 'The resource'),
    identity.cloud,
    'The resource',
  );
  const token = await tokens.get(scope);
  return {
    status: 200,
    body: {
      access_token: token.value,
      expires_on: String(Math.floor(token.expiresOn / 1000)),
      resource: id,
      token_type: 'Bearer',
      client_id: identity.clientId,
    },
  };
}
