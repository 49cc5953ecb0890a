import type { ErrorCode } from '../../../tasks/common/errors/task-error.ts';
import type { RecordedRequest } from '../../local/contract.ts';
import type { FaultRule } from '../../local/services/faults.ts';
import type { Scenario } from '../support/run-task.ts';
import type { ServiceName } from '../support/stage.ts';

/** What a kind of bad answer is called for a request. */
export type Failure = 'unavailable' | 'throttled' | 'invalid' | 'page';

/** A request of the task that a fault can meet. */
export interface Target {
  readonly name: string;
  readonly service: ServiceName;
  /** Which requests of the service it is. */
  readonly rule: Pick<FaultRule, 'method' | 'path'>;
  /** What makes the task send it. */
  readonly scenario: Pick<Scenario, 'inputs' | 'withoutVariables'>;
  /** Requests that the step makes when nothing fails. */
  readonly requests: number;
  readonly codes: Readonly<Record<Failure, ErrorCode>>;
}

const azureDevOps = {
  unavailable: 'AZURE_DEVOPS_UNAVAILABLE',
  throttled: 'AZURE_DEVOPS_THROTTLED',
} as const;
const forAssertion = {
  ...azureDevOps,
  invalid: 'OIDC_RESPONSE_INVALID',
  page: 'OIDC_SIGN_IN_PAGE',
} as const;
const forVerify = {
  ...azureDevOps,
  invalid: 'VERIFY_RESPONSE_INVALID',
  page: 'VERIFY_TOKEN_REFUSED',
} as const;

/** The two requests of every step. */
export const targets: readonly [Target, Target] = [
  {
    name: 'OIDC token',
    service: 'azure-devops',
    rule: { method: 'POST', path: '/oidctoken' },
    scenario: {},
    requests: 2,
    codes: forAssertion,
  },
  {
    name: 'access token',
    service: 'entra',
    rule: { method: 'POST', path: '/oauth2/v2.0/token' },
    scenario: {},
    requests: 2,
    codes: {
      unavailable: 'ENTRA_UNAVAILABLE',
      throttled: 'ENTRA_THROTTLED',
      invalid: 'ENTRA_RESPONSE_INVALID',
      page: 'ENTRA_RESPONSE_INVALID',
    },
  },
];

/** The requests that only some steps make. */
export const furtherTargets: readonly Target[] = [
  {
    name: 'look-up of the OIDC route',
    service: 'azure-devops',
    rule: { method: 'OPTIONS', path: '/_apis/distributedtask' },
    scenario: { withoutVariables: ['System.OidcRequestUri'] },
    requests: 3,
    codes: forAssertion,
  },
  {
    name: 'look-up for verify',
    service: 'azure-devops',
    rule: { method: 'OPTIONS', path: /_apis\/location/i },
    scenario: { inputs: { verify: 'true' } },
    requests: 4,
    codes: forVerify,
  },
  {
    name: 'verify',
    service: 'azure-devops',
    rule: { method: 'GET', path: /connectionData/i },
    scenario: { inputs: { verify: 'true' } },
    requests: 4,
    codes: forVerify,
  },
];

/** Whether a recorded request is one of a target. */
export function isTarget({ service, rule }: Target, request: RecordedRequest): boolean {
  const { method, path } = rule;
  return (
    request.service === service &&
    request.method === method &&
    (path === undefined ||
      (typeof path === 'string' ? request.path.includes(path) : path.test(request.path)))
  );
}
