/** How an image was made. Nothing in it is a secret or names the user. */
export interface ProvenanceFacts {
  /** Without tag and digest: `registry/repository`. */
  readonly name: string;
  /** Of the image. */
  readonly digest: string;
  /** `host/path` of the base image, and its digest. */
  readonly base: { readonly name: string; readonly digest: string };
  readonly workload: { readonly kind: string; readonly namespace: string; readonly name: string };
  readonly container: string;
  /** `sha256:<hex>` of the profile as it was used; undefined when nothing was declared. */
  readonly profileDigest: string | undefined;
  /** Params that decide about the content of the image, without secrets. */
  readonly options: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  /** Version of crane-tasks. */
  readonly version: string;
  /** RFC 3339, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** Media type of a statement (https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md). */
export const statementType = 'application/vnd.in-toto+json';
const project = 'https://github.com/crane-tasks/crane-tasks';
/** What the external parameters below mean. */
const buildType = `${project}/blob/main/docs/portable-images.md#sbom-and-provenance`;

/** How an image was made, as an in-toto statement with a predicate of SLSA 1 (https://slsa.dev/spec/v1.0/provenance). */
export function formatProvenance(facts: ProvenanceFacts): string {
  const { name, digest, base, workload, container, profileDigest, options, version, startedAt, finishedAt } = facts;
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name, digest: digestSet(digest) }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType,
        externalParameters: {
          workload,
          container,
          ...(profileDigest !== undefined && { profile: digestSet(profileDigest) }),
          options: Object.fromEntries(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1))),
        },
        internalParameters: {},
        resolvedDependencies: [{ uri: `oci://${base.name}@${base.digest}`, digest: digestSet(base.digest) }],
      },
      runDetails: {
        builder: { id: `${project}/app-containerize`, version: { 'crane-tasks': version } },
        metadata: { startedOn: startedAt, finishedOn: finishedAt },
      },
    },
  };
  return `${JSON.stringify(statement, undefined, 2)}\n`;
}

function digestSet(digest: string): Readonly<Record<string, string>> {
  const [algorithm = '', hash = ''] = digest.split(':');
  return { [algorithm]: hash };
}
