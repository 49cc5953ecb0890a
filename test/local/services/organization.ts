import { randomUUID } from 'node:crypto';
import type { Tenant } from './directory.ts';

/** What an identity may do in an organisation, or why it may not. */
export type Access =
  /** Member with a Basic licence. */
  | 'basic'
  /** Member without a licence: 403. */
  | 'no-licence'
  /** TF401444: never signed in. */
  | 'sign-in-once'
  /** "Identity ... has not been materialized". */
  | 'not-materialized'
  /** VS403463. */
  | 'conditional-access'
  /** Admitted as nobody: `connectionData` answers 200 with the anonymous identity. */
  | 'anonymous';

/** A team project. */
export interface Project {
  readonly id: string;
  readonly name: string;
}

/** An Azure DevOps organisation, connected to one Entra tenant. */
export class Organization {
  readonly name: string;
  readonly id: string = randomUUID();
  readonly tenant: Tenant;
  readonly projects: Project[] = [];
  /** By the object id of the service principal; who is absent is not a member (TF400813). */
  readonly access = new Map<string, Access>();
  readonly #identityIds = new Map<string, string>();

  constructor(name: string, tenant: Tenant) {
    this.name = name;
    this.tenant = tenant;
  }

  /** The id that the organisation itself gives to an identity. */
  identityId(objectId: string): string {
    const id = this.#identityIds.get(objectId) ?? randomUUID();
    this.#identityIds.set(objectId, id);
    return id;
  }
}
