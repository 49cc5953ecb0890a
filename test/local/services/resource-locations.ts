import { jsonAnswer, type ServiceAnswer } from './service-request.ts';

/**
 * The routes that a client asks for with OPTIONS before it calls them; location ids and areas as in
 * azure-devops-node-api (TaskApi.js, LocationsApi.js, CoreApi.js).
 */
const locations = [
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
];

/** Answers `OPTIONS {collection}/_apis/{area}`; an empty area stands for all. */
export function resourceLocations(area: string): ServiceAnswer {
  const wanted = area.toLowerCase();
  const value = locations.filter(({ area }) => wanted === '' || area.toLowerCase() === wanted);
  return jsonAnswer(200, { count: value.length, value });
}

/** Answers `GET {collection}/_apis/resourceAreas`: every area here is at the collection itself. */
export function resourceAreas(organization: string): ServiceAnswer {
  const value = [
    {
      id: '79134c72-4a58-4b42-976c-04e7115f32bf',
      name: 'core',
      locationUrl: `https://dev.azure.com/${organization}/`,
    },
  ];
  return jsonAnswer(200, { count: value.length, value });
}
