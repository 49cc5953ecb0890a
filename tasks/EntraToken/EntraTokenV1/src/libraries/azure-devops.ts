// What is used of Azure DevOps' client library.
export { LocationsApi } from 'azure-devops-node-api/LocationsApi.js';
export { TaskApi } from 'azure-devops-node-api/TaskApi.js';
