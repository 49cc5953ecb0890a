import assert from 'node:assert/strict';
import { clouds, type Cloud } from '../../../../tasks/common/service-connection/clouds.ts';
import {
  isForAzureDevOps,
  parseResource,
  toResource,
} from '../../../../tasks/common/access-token/resources.ts';
import { presets } from '../../../../tasks/common/access-token/presets.ts';
import { failsWith } from '../../fixtures.ts';

const guid = 'abcdef01-2345-6789-abcd-ef0123456789';

/** Public, US Government and China; undefined where the cloud does not have it. */
const expected: Readonly<Record<string, readonly (string | undefined)[]>> = {
  azureDevOps: ['499b84ac-1321-427f-aa17-267ca6975798', undefined, undefined],
  azureResourceManager: [
    'https://management.azure.com',
    'https://management.usgovcloudapi.net',
    'https://management.chinacloudapi.cn',
  ],
  microsoftGraph: [
    'https://graph.microsoft.com',
    'https://graph.microsoft.us',
    'https://microsoftgraph.chinacloudapi.cn',
  ],
  keyVault: [
    'https://vault.azure.net',
    'https://vault.usgovcloudapi.net',
    'https://vault.azure.cn',
  ],
  storage: Array.from({ length: 3 }, () => 'https://storage.azure.com'),
  sqlDatabase: [
    'https://database.windows.net',
    'https://database.usgovcloudapi.net',
    'https://database.chinacloudapi.cn',
  ],
  ossDatabases: [
    'https://ossrdbms-aad.database.windows.net',
    'https://ossrdbms-aad.database.usgovcloudapi.net',
    'https://ossrdbms-aad.database.chinacloudapi.cn',
  ],
  containerRegistry: [
    'https://containerregistry.azure.net',
    'https://management.usgovcloudapi.net',
    'https://management.chinacloudapi.cn',
  ],
  kubernetes: Array.from({ length: 3 }, () => '6dae42f8-4368-4678-94ff-3960e28e3630'),
  databricks: Array.from({ length: 3 }, () => '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d'),
  serviceBus: ['https://servicebus.azure.net', undefined, undefined],
  eventHubs: Array.from({ length: 3 }, () => 'https://eventhubs.azure.net'),
  appConfiguration: [
    'https://appconfig.azure.com',
    'https://appconfig.azure.us',
    'https://appconfig.azure.cn',
  ],
  cognitiveServices: [
    'https://cognitiveservices.azure.com',
    'https://cognitiveservices.azure.us',
    'https://cognitiveservices.azure.cn',
  ],
  logAnalytics: [
    'https://api.loganalytics.io',
    'https://api.loganalytics.us',
    'https://api.loganalytics.azure.cn',
  ],
  monitor: ['https://monitor.azure.com', 'https://monitor.azure.us', 'https://monitor.azure.cn'],
  powerBI: [
    'https://analysis.windows.net/powerbi/api',
    'https://analysis.usgovcloudapi.net/powerbi/api',
    'https://analysis.chinacloudapi.cn/powerbi/api',
  ],
  fabric: ['https://api.fabric.microsoft.com', undefined, undefined],
};
const cloudNames: readonly Cloud[] = ['AzureCloud', 'AzureUSGovernment', 'AzureChinaCloud'];

describe('parseResource', () => {
  it('knows exactly the documented presets', () => {
    assert.deepEqual(Object.keys(presets).toSorted(), Object.keys(expected).toSorted());
  });

  for (const preset of Object.keys(expected)) {
    it(`knows ${preset} in any case`, () => {
      for (const name of [preset, preset.toLowerCase(), preset.toUpperCase()]) {
        assert.deepEqual(parseResource(name), { kind: 'preset', preset });
      }
    });
  }

  for (const [value, id, scope] of [
    [guid, guid, `${guid}/.default`],
    [guid.toUpperCase(), guid.toUpperCase(), `${guid.toUpperCase()}/.default`],
    [`${guid}/.default`, guid, `${guid}/.default`],
    ['api://my-api', 'api://my-api', 'api://my-api/.default'],
    ['api://my-api/.default', 'api://my-api', 'api://my-api/.default'],
    ['https://contoso.com/', 'https://contoso.com/', 'https://contoso.com//.default'],
    ['https://contoso.com//.default', 'https://contoso.com/', 'https://contoso.com//.default'],
    ['https://contoso.com', 'https://contoso.com', 'https://contoso.com/.default'],
    ['https://contoso.com/.default', 'https://contoso.com', 'https://contoso.com/.default'],
    ...[
      'https://contoso.crm.dynamics.com/',
      'https://account.blob.core.windows.net',
      'https://vault.azure.net',
      'https://app.vssps.visualstudio.com',
    ].map((own) => [own, own, `${own}/.default`] as const),
    ['urn:contoso:api', 'urn:contoso:api', 'urn:contoso:api/.default'],
    [`api://${guid}/sub`, `api://${guid}/sub`, `api://${guid}/sub/.default`],
    ['spn:x', 'spn:x', 'spn:x/.default'],
  ] as const) {
    it(`asks for ${scope} when given ${value}`, () => {
      assert.deepEqual(parseResource(value), { kind: 'custom', resource: { id, scope } });
    });
  }

  for (const value of [
    'https://a.example https://b.example',
    'https://vault.azure.net/.default https://graph.microsoft.com/.default',
    'api://a\tb',
    'api://a\nb',
    'api://a\u0000b',
    'api://a"b',
    'api://a\\b',
    'api://ü',
    'api://a\u202eb',
    'api://a##vso[task.complete]',
  ]) {
    it(`refuses ${JSON.stringify(value)}, which is not one resource`, () => {
      assert.throws(() => parseResource(value), failsWith('RESOURCE_INVALID', 'spaces'));
    });
  }

  for (const value of [
    'azureDevop',
    'graph',
    'vault.azure.net',
    '/.default',
    '.default',
    'User.Read',
    guid.slice(1),
    `${guid}/read`,
    '://x',
    'api:',
  ]) {
    it(`refuses ${value}, which is neither preset, URI, id nor scope, and names the presets`, () => {
      assert.throws(
        () => parseResource(value),
        failsWith('RESOURCE_UNKNOWN', `"${value}"`, 'azureDevOps', 'keyVault', 'fabric'),
      );
    });
  }
});

describe('parseResource with an address of a service', () => {
  for (const [value, preset] of [
    ['https://dev.azure.com/contoso', 'azureDevOps'],
    ['https://DEV.azure.com/.default', 'azureDevOps'],
    ['https://pkgs.dev.azure.com/contoso/', 'azureDevOps'],
    ['https://contoso.visualstudio.com', 'azureDevOps'],
    ['https://myvault.vault.azure.net', 'keyVault'],
    ['https://myvault.vault.usgovcloudapi.net/', 'keyVault'],
    ['https://graph.windows.net', 'microsoftGraph'],
    ['https://graph.microsoft.com/v1.0/users', 'microsoftGraph'],
    ['https://graph.microsoft.com/User.Read.All', 'microsoftGraph'],
    ['https://management.azure.com/subscriptions/1', 'azureResourceManager'],
    ['https://myserver.database.windows.net', 'sqlDatabase'],
    ['https://myregistry.azurecr.io', 'containerRegistry'],
    ['https://adb-1.2.azuredatabricks.net/', 'databricks'],
    ['https://mymodel.openai.azure.com/', 'cognitiveServices'],
  ] as const) {
    it(`refuses ${value} and names ${preset}`, () => {
      assert.throws(
        () => parseResource(value),
        failsWith('RESOURCE_UNKNOWN', `"${value}"`, `the preset "${preset}"`),
      );
    });
  }
});

describe('parseResource with a resource that looks like an address', () => {
  for (const value of [
    'https://graph.microsoft.com',
    'https://graph.microsoft.com/',
    'https://graph.microsoft.com/.default',
    'https://management.azure.com/',
    'https://management.core.windows.net/',
    'https://database.windows.net/',
    'https://contoso.crm.dynamics.com/',
    'https://mystorage.blob.core.windows.net',
    'https://mybus.servicebus.windows.net',
    'https://myconfig.azconfig.io',
  ]) {
    it(`takes ${value}`, () => {
      assert.equal(parseResource(value).kind, 'custom');
    });
  }
});

describe('toResource', () => {
  for (const [preset, ids] of Object.entries(expected)) {
    for (const [index, cloud] of cloudNames.entries()) {
      const id = ids[index];
      if (id === undefined) {
        it(`says that ${preset} is not in ${cloud}, and where it is`, () => {
          assert.throws(
            () => toResource(parseResource(preset), cloud),
            failsWith('RESOURCE_NOT_IN_CLOUD', `"${preset}"`, `"${cloud}"`, 'AzureCloud only'),
          );
        });
      } else {
        it(`asks for ${id}/.default for ${preset} in ${cloud}`, () => {
          const resource = { id, scope: `${id}/.default` };
          assert.deepEqual(toResource(parseResource(preset), cloud), resource);
          assert.deepEqual(toResource(parseResource(preset), cloud.toUpperCase()), resource);
        });
      }
    }
    it(`has no ${preset} in a cloud that is not known`, () => {
      assert.throws(
        () => toResource(parseResource(preset), 'AzureStack'),
        failsWith('RESOURCE_NOT_IN_CLOUD', '"AzureStack"', `"${preset}"`),
      );
    });
  }

  it('covers every cloud', () => {
    assert.deepEqual(Object.keys(clouds).toSorted(), cloudNames.toSorted());
  });

  it('takes a custom resource as it is in every cloud, known or not', () => {
    for (const cloud of [...cloudNames, 'AzureStack']) {
      assert.deepEqual(toResource(parseResource('api://x'), cloud), {
        id: 'api://x',
        scope: 'api://x/.default',
      });
    }
  });
});

describe('isForAzureDevOps', () => {
  const id = '499b84ac-1321-427f-aa17-267ca6975798';
  for (const [value, expectedAnswer] of [
    ['azureDevOps', true],
    ['AZUREDEVOPS', true],
    [id, true],
    [id.toUpperCase(), true],
    [`${id}/.default`, true],
    ['keyVault', false],
    [`api://${id}`, false],
    [guid, false],
  ] as const) {
    it(`answers ${String(expectedAnswer)} for ${value}`, () => {
      assert.equal(isForAzureDevOps(parseResource(value)), expectedAnswer);
    });
  }
});
