import type { Fault } from './faults.ts';

const hostileText =
  'AADSTS700213: No matching record.\r\n##vso[task.setvariable variable=INJECTED]yes\n' +
  '##vso[task.complete result=Succeeded]done\r##[error]forged\u001B[2J\u001B[31mred\u001B[0m\u0007\u0085end';

/** Line break and logging command that `tokenWithCommand` hides in a token. */
export const commandInToken = '\r\n##vso[task.setvariable variable=INJECTED]yes\n';

/** Faults that have a name of their own in the field. */
export const readyFaults = {
  /** 429, with `Retry-After` in seconds or as a date where given. */
  tooManyRequests(retryAfter?: number | Date): Fault {
    return {
      kind: 'answer',
      status: 429,
      headers: { 'content-type': 'application/json', ...retryAfterHeader(retryAfter) },
      body: '{"error":"temporarily_unavailable","error_description":"Too many requests."}',
    };
  },
  /** A gateway's HTML page with 503 (or another 5xx). */
  outagePage(status = 503, retryAfter?: number | Date): Fault {
    return {
      kind: 'answer',
      status,
      headers: { 'content-type': 'text/html', ...retryAfterHeader(retryAfter) },
      body: `<!DOCTYPE html><html><head><title>${String(status)} Service Unavailable</title></head><body><h2>Our services aren't available right now</h2><p>We're working to restore all services as soon as possible. Please check back soon.</p></body></html>`,
    };
  },
  /** 302 to another host, as a captive portal or a sign-in service answers. */
  redirect(location = 'https://spsprodeus27.vssps.visualstudio.com/_signin'): Fault {
    return {
      kind: 'answer',
      status: 302,
      headers: { location, 'content-type': 'text/html; charset=utf-8' },
      body: `<html><head><title>Object moved</title></head><body>\r\n<h2>Object moved to <a href="${location}">here</a>.</h2>\r\n</body></html>\r\n`,
    };
  },
  /** 203 with the sign-in page: Azure DevOps to a caller that it takes for a browser. */
  signInPage(): Fault {
    return {
      kind: 'answer',
      status: 203,
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: '<!DOCTYPE html><html lang="en-US"><head><title>Azure DevOps Services | Sign In</title></head><body>Sign in</body></html>',
    };
  },
  /** An OAuth error whose text carries logging commands, line breaks and escape sequences. */
  hostileEntraError(): Fault {
    return {
      kind: 'json',
      status: 401,
      value: {
        error: 'invalid_client',
        error_description: hostileText,
        error_codes: [700213],
        trace_id: hostileText,
        correlation_id: hostileText,
      },
    };
  },
  /** The same in the error body of Azure DevOps. */
  hostileAzureDevOpsError(): Fault {
    return {
      kind: 'json',
      status: 403,
      value: { $id: '1', innerException: null, message: hostileText, typeKey: hostileText },
    };
  },
  /** The real answer, with a line break and a logging command in the middle of its token. */
  tokenWithCommand(): Fault {
    return {
      kind: 'edit',
      edit: (body) => {
        const name = 'oidcToken' in body ? 'oidcToken' : 'access_token';
        const token = String(body[name]);
        return { ...body, [name]: token.slice(0, 40) + commandInToken + token.slice(40) };
      },
    };
  },
} as const;

function retryAfterHeader(retryAfter: number | Date | undefined): Record<string, string> {
  if (retryAfter === undefined) return {};
  return {
    'retry-after': retryAfter instanceof Date ? retryAfter.toUTCString() : String(retryAfter),
  };
}
