/** Whether a namespace may be called so: an RFC 1123 label, as the API server demands. */
export function isNamespaceName(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text);
}

/** Whether a text is a DNS subdomain (RFC 1123), as the names of Secrets, claims and most other objects are. */
export function isObjectName(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(text);
}
