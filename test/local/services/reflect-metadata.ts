// @peculiar/x509 resolves its algorithms through tsyringe, which refuses to load without these
// three functions. It registers every class without constructor metadata, so empty answers do.
const reflect = Reflect as unknown as Record<string, unknown>;

reflect['getMetadata'] ??= () => undefined;
reflect['getOwnMetadata'] ??= () => undefined;
reflect['defineMetadata'] ??= () => undefined;
