import { arrayAt, isObject, ownValue, valueAt, type JsonObject } from '../../core/json-object.ts';
import { addAt, removeAt, replaceAt, type Operation } from '../../kube/json-patch.ts';
import type { Resource } from '../../kube/resource.ts';

const renamed = [
  ['emailSANs', 'emailAddresses'],
  ['uriSANs', 'uris'],
] as const;
/** Members of the private key that stood beside the others before v1beta1; algorithms and encodings in small letters. */
const keyFields = [
  ['keyAlgorithm', 'algorithm'],
  ['keyEncoding', 'encoding'],
  ['keySize', 'size'],
] as const;

/** To cert-manager.io/v1: cert-manager/cert-manager internal/apis/certmanager/v1alpha2/conversion.go, release 1.6. */
export function convertCertificate(certificate: Resource): readonly Operation[] {
  const spec = certificate['spec'];
  if (!isObject(spec)) return [];
  const names = renamed.flatMap(([from, to]) =>
    spec[from] === undefined ? [] : [removeAt(['spec', from]), addAt(['spec', to], spec[from])],
  );
  return [
    ...names,
    ...gather(spec, 'privateKey', keyFields),
    ...gather(spec, 'subject', [['organization', 'organizations']]),
  ];
}

/** Moves members of a specification into one of its members. */
function gather(spec: JsonObject, into: string, fields: readonly (readonly [string, string])[]): readonly Operation[] {
  const found = fields.filter(([from]) => ownValue(spec, from) !== undefined);
  if (found.length === 0) return [];
  const own = ownValue(spec, into);
  const moved = found.map(([from, to]) => {
    const value = ownValue(spec, from);
    return [to, typeof value === 'string' ? value.toUpperCase() : value] as const;
  });
  return [
    ...found.map(([from]) => removeAt(['spec', from])),
    addAt(['spec', into], { ...(isObject(own) ? own : {}), ...Object.fromEntries(moved) }),
  ];
}

const providers = [
  ['acmedns', 'acmeDNS'],
  ['azuredns', 'azureDNS'],
  ['clouddns', 'cloudDNS'],
] as const;

/** To cert-manager.io/v1: other names of providers of DNS. */
export function convertIssuer(issuer: Resource): readonly Operation[] {
  return arrayAt(issuer, 'spec', 'acme', 'solvers').flatMap((solver, index) => {
    const dns = valueAt(solver, 'dns01');
    const found = isObject(dns) ? providers.filter(([from]) => dns[from] !== undefined) : [];
    if (!isObject(dns) || found.length === 0) return [];
    const names = new Map<string, string>(found);
    const entries = Object.entries(dns).map(([key, value]) => [names.get(key) ?? key, value] as const);
    return [replaceAt(['spec', 'acme', 'solvers', index, 'dns01'], Object.fromEntries(entries))];
  });
}
