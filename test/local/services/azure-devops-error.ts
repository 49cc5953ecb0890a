import { htmlAnswer, jsonAnswer, type ServiceAnswer } from './service-request.ts';

/** The identity that Azure DevOps gives to a caller without a valid credential. */
export const anonymousId = 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa';

const assemblies: Readonly<Record<string, string>> = {
  UnauthorizedRequestException:
    'Microsoft.TeamFoundation.Framework.Server.UnauthorizedRequestException, Microsoft.TeamFoundation.Framework.Server',
  HttpException: 'System.Web.HttpException, System.Web',
};

/** The error body of Azure DevOps: `$id`, `innerException`, `message`, `typeName`, `typeKey`, ... */
export function azureDevOpsError(
  status: number,
  message: string,
  typeKey: string,
  eventId = 3000,
): ServiceAnswer {
  return jsonAnswer(status, {
    $id: '1',
    innerException: null,
    message,
    typeName:
      assemblies[typeKey] ??
      `Microsoft.VisualStudio.Services.Common.${typeKey}, Microsoft.VisualStudio.Services.Common`,
    typeKey,
    errorCode: 0,
    eventId,
  });
}

/** The body that Azure DevOps makes when it wraps a plain string as if it were a collection. */
export function wrappedString(status: number, message: string): ServiceAnswer {
  // `count` is the length of the string: seen as 151 in dotnet/docker-tools issue 2012.
  return jsonAnswer(status, { count: message.length, value: message });
}

/** TF400813, with which Azure DevOps refuses whom it does not know. */
export function unauthorized(user: string): ServiceAnswer {
  return azureDevOpsError(
    401,
    `TF400813: The user '${user}' is not authorized to access this resource.`,
    'UnauthorizedRequestException',
  );
}

/** How a browser is sent to sign in: what a caller gets that does not ask for a plain 401. */
export function signInAnswer(how: 'redirect' | 'page', host: string): ServiceAnswer {
  const location = `https://spsprodeus27.vssps.visualstudio.com/_signin?realm=${host}&reply_to=https%3A%2F%2F${host}%2F`;
  return how === 'redirect'
    ? htmlAnswer(
        302,
        `<html><head><title>Object moved</title></head><body>\r\n<h2>Object moved to <a href="${location}">here</a>.</h2>\r\n</body></html>\r\n`,
        { location },
      )
    : htmlAnswer(203, signInPage);
}

/** The sign-in page itself. */
export const signInPage =
  '<!DOCTYPE html>\r\n<html lang="en-US">\r\n<head><title>Azure DevOps Services | Sign In</title></head>\r\n<body>Sign in to Azure DevOps Services</body>\r\n</html>\r\n';
