import { unzipSync } from 'fflate';
import { jsonAnswer, type ServiceAnswer, type ServiceRequest } from './service-request.ts';

/** Routes as in azure-devops-node-api (GalleryApi.js). */
const locations = [
  location(
    'e11ea35a-16fe-4b80-ab11-c4cab88a0966',
    'publishers/{publisherName}/extensions/{extensionName}',
  ),
  location('a41192c8-9525-4b58-bc86-179fa549d80d', 'extensions'),
];

interface Published {
  readonly publisher: string;
  readonly name: string;
  readonly version: string;
}

/** Where a client asks, before it has a credential, for the Marketplace's address (tfx-cli, `extension/default.js`). */
export function answerResourceArea(): ServiceAnswer {
  return jsonAnswer(200, {
    id: '69d21c00-f135-441b-b5ce-3626378e0819',
    name: 'gallery',
    locationUrl: 'https://marketplace.visualstudio.com/',
  });
}

/** The Visual Studio Marketplace as far as `tfx extension publish` goes. */
export class Marketplace {
  /** The extensions that were uploaded, the latest of each. */
  readonly published = new Map<string, Published>();

  /** Answers a request that the gate let in. */
  handle(request: ServiceRequest): ServiceAnswer {
    const { method, url, body } = request;
    if (method === 'OPTIONS') return jsonAnswer(200, { count: locations.length, value: locations });
    const [, publisher = '', name = ''] =
      /^\/_apis\/gallery\/publishers\/([^/]+)\/extensions\/([^/]+)$/.exec(url.pathname) ?? [];
    const known = this.published.get(`${publisher}.${name}`);
    if (method === 'GET') {
      return known
        ? jsonAnswer(200, toExtension(known))
        : jsonAnswer(404, {
            message: `TF1590010: Could not find an extension named ${publisher}.${name}.`,
            typeKey: 'ExtensionDoesNotExistException',
          });
    }
    const isUpload =
      (method === 'POST' && url.pathname === '/_apis/gallery/extensions') ||
      (method === 'PUT' && known !== undefined);
    if (!isUpload) return { status: 404 };
    const extension = readPackage(body);
    this.published.set(`${extension.publisher}.${extension.name}`, extension);
    return jsonAnswer(method === 'POST' ? 201 : 200, toExtension(extension));
  }
}

function location(id: string, resource: string): Record<string, unknown> {
  return {
    id,
    area: 'gallery',
    resourceName: resource,
    routeTemplate: `_apis/{area}/${resource}`,
    resourceVersion: 2,
    minVersion: '1.0',
    maxVersion: '7.2',
    releasedVersion: '0.0',
  };
}

/** Reads the identity out of the package, as the service does. */
function readPackage(body: Buffer): Published {
  const manifest = unzipSync(body)['extension.vsixmanifest'];
  const text = Buffer.from(manifest ?? []).toString('utf8');
  const attribute = (name: string): string =>
    new RegExp(`<Identity[^>]* ${name}="([^"]*)"`).exec(text)?.[1] ?? '';
  return {
    publisher: attribute('Publisher'),
    name: attribute('Id'),
    version: attribute('Version'),
  };
}

function toExtension({ publisher, name, version }: Published): Record<string, unknown> {
  const validated = 1;
  return {
    publisher: { publisherName: publisher },
    extensionName: name,
    versions: [{ version, flags: validated, lastUpdated: '2026-01-01T00:00:00Z' }],
  };
}
