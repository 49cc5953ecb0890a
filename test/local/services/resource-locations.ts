import { jsonAnswer, type ServiceAnswer } from './service-request.ts';

/** A route as a client is told of it. */
interface ResourceLocation {
  readonly id: string;
  readonly area: string;
  readonly resourceName: string;
  readonly routeTemplate: string;
  readonly resourceVersion: number;
  readonly minVersion: string;
  readonly maxVersion: string;
  readonly releasedVersion: string;
}

/** A resource of repositories, by the paths of https://learn.microsoft.com/rest/api/azure/devops/git/. */
function ofGit(
  id: string,
  resourceName: string,
  path: string,
  resourceVersion: number,
): ResourceLocation {
  const routeTemplate = `{project}/_apis/{area}/${path}`;
  const versions = { minVersion: '1.0', maxVersion: '7.2', releasedVersion: '7.1' };
  return { id, area: 'git', resourceName, routeTemplate, resourceVersion, ...versions };
}

const repository = 'repositories/{repositoryId}';

/**
 * The routes that a client asks for with OPTIONS before it calls them; location ids and areas as in
 * azure-devops-node-api (TaskApi.js, LocationsApi.js, CoreApi.js, GitApi.js, WorkItemTrackingApi.js).
 */
const locations: readonly ResourceLocation[] = [
  {
    id: '69a319f4-28c1-4bfd-93e6-ea0ff5c6f1a2',
    area: 'distributedtask',
    resourceName: 'oidctoken',
    routeTemplate:
      '{scopeIdentifier}/_apis/{area}/hubs/{hubName}/plans/{planId}/jobs/{jobId}/{resource}',
    resourceVersion: 1,
    minVersion: '7.1',
    maxVersion: '7.2',
    releasedVersion: '0.0',
  },
  {
    id: '00d9565f-ed9c-4a06-9a50-00e7896ccab4',
    area: 'Location',
    resourceName: 'connectionData',
    routeTemplate: '_apis/{resource}',
    resourceVersion: 1,
    minVersion: '1.0',
    maxVersion: '7.2',
    releasedVersion: '0.0',
  },
  {
    id: 'e81700f7-3be2-46de-8624-2eb35882fcaa',
    area: 'Location',
    resourceName: 'resourceAreas',
    routeTemplate: '_apis/{resource}/{areaId}',
    resourceVersion: 1,
    minVersion: '3.2',
    maxVersion: '7.2',
    releasedVersion: '0.0',
  },
  {
    id: '603fe2ac-9723-48b9-88ad-09305aa6c6e1',
    area: 'core',
    resourceName: 'projects',
    routeTemplate: '_apis/{resource}/{*projectId}',
    resourceVersion: 4,
    minVersion: '1.0',
    maxVersion: '7.2',
    releasedVersion: '7.1',
  },
  ofGit('225f7195-f9c7-4d14-ab28-a83f7ff77e1f', 'repositories', '{resource}/{repositoryId}', 2),
  ofGit(
    '9946fd70-0d40-406e-b686-b4744cbbcc37',
    'pullRequests',
    `${repository}/{resource}/{pullRequestId}`,
    2,
  ),
  ofGit(
    'f22387e3-984e-4c52-9c6d-fbb8f14c812d',
    'labels',
    `${repository}/pullRequests/{pullRequestId}/{resource}/{labelIdOrName}`,
    1,
  ),
  {
    id: '1a9c53f7-f243-4447-b110-35ef023636e4',
    area: 'wit',
    resourceName: 'wiql',
    routeTemplate: '{project}/{team}/_apis/{area}/{resource}',
    resourceVersion: 2,
    minVersion: '1.0',
    maxVersion: '7.2',
    releasedVersion: '7.1',
  },
];

/** The areas whose routes are at the collection itself; ids as in azure-devops-node-api. */
const areas = {
  core: '79134c72-4a58-4b42-976c-04e7115f32bf',
  git: '4e080c62-fa21-4fbc-8fef-2a10a2b38049',
  wit: '5264459e-e5e0-4bd8-b118-0985e68a4ec5',
};

/** Answers `OPTIONS {collection}/_apis/{area}`; an empty area stands for all. */
export function resourceLocations(area: string): ServiceAnswer {
  const wanted = area.toLowerCase();
  const value = locations.filter(({ area }) => wanted === '' || area.toLowerCase() === wanted);
  return jsonAnswer(200, { count: value.length, value });
}

/** Answers `GET {collection}/_apis/resourceAreas`. */
export function resourceAreas(organization: string): ServiceAnswer {
  const locationUrl = `https://dev.azure.com/${organization}/`;
  const value = Object.entries(areas).map(([name, id]) => ({ id, name, locationUrl }));
  return jsonAnswer(200, { count: value.length, value });
}
