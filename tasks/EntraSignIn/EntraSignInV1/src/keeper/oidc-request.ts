import { quote } from '../../../../common/text/text.ts';
import { badRequest, type Answer, type Request } from './answer.ts';
import type { Assertions } from './assertions.ts';

const audience = 'api://AzureADTokenExchange';

/**
 * The OIDC request of Terraform's providers: `GET` with an `audience` as GitHub answers it, `{"value": …}`; `POST`
 * with a `serviceConnectionId` as Azure DevOps does, `{"oidcToken": …}` (go-azure-sdk `sdk/auth/github_oidc_authorizer.go`,
 * `ado_pipeline_oidc_authorizer.go`). For a token exchange with Entra only, and for this service connection only.
 */
export function answerOidcRequest(
  { method, query }: Request,
  connectionId: string,
  assertions: Pick<Assertions, 'current'>,
): Answer {
  const wanted = query.get('audience') ?? (method === 'POST' ? audience : '');
  if (wanted !== audience) {
    throw badRequest(
      `An assertion was asked for with the audience ${quote(wanted)}; only ${audience} is answered.`,
    );
  }
  if (method === 'GET') return { status: 200, body: { value: assertions.current() } };
  const connection = query.get('serviceConnectionId') ?? connectionId;
  if (connection.toLowerCase() !== connectionId.toLowerCase()) {
    throw badRequest(
      `An assertion was asked for with the service connection ${quote(connection)}; this job is signed in with ${connectionId}.`,
    );
  }
  return { status: 200, body: { oidcToken: assertions.current() } };
}
