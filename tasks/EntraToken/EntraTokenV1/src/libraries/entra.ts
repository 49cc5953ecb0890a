// What is used of Entra's client library.
export { createHttpHeaders } from '@azure/core-rest-pipeline';
export { ClientAssertionCredential } from '@azure/identity';
