import { apiVersionOf, type GroupVersion } from '../kube/discovery.ts';

/** What templates read of a cluster as `.Capabilities`. */
export interface Capabilities {
  /** For example `v1.31.2`; undefined: not known. */
  readonly kubeVersion: string | undefined;
  /** `<group>/<version>` and `<group>/<version>/<kind>`. */
  readonly apiVersions: readonly string[];
}

/** What `helm template --kube-version` takes: a semantic version. */
const semanticVersion = /^v?\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;
/** A comma would begin a new entry. */
const apiVersion = /^[\w./-]+$/;

/**
 * The capabilities that helm finds in a cluster (pkg/action/action.go `GetVersionSet`).
 * @param gitVersion of the document `/version`
 */
export function capabilitiesOf(gitVersion: string | undefined, versions: readonly GroupVersion[]): Capabilities {
  const names = versions.flatMap((version) => {
    const name = apiVersionOf(version);
    return [name, ...(version.kinds ?? []).map(({ kind }) => `${name}/${kind}`)];
  });
  return {
    kubeVersion: gitVersion !== undefined && semanticVersion.test(gitVersion) ? gitVersion : undefined,
    apiVersions: [...new Set(names)].filter((name) => apiVersion.test(name)).sort(),
  };
}
