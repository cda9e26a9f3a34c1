/** Query parameters that hold a secret, as OAuth 2 and the object stores call them. */
const secretParameters = [
  'access_token',
  'api_?key',
  'client_secret',
  'id_token',
  'pass(?:wd|word)',
  'private_token',
  'refresh_token',
  'sig(?:nature)?',
  'token',
  'x-(?:amz|goog)-(?:credential|security-token|signature)',
].join('|');

const secretParameter = new RegExp(`([?&#](?:${secretParameters})=)[^\\s&#"'<>]{1,65536}`, 'gi');
/** The same as members of JSON, which token servers send. */
const secretMember = new RegExp(`("(?:${secretParameters})"\\s{0,4}:\\s{0,4}")(?:[^"\\\\]|\\\\.){1,65536}`, 'gi');
/** The login of a URL that is percent-encoded, or whose slashes are escaped. */
const encodedUserInfo = /(%3a%2f%2f|:\\\/\\\/)(?:(?!%2f)[^\s/?#"'<>@]){1,500}?(?:@|%40)/gi;
const shortAuthorization =
  /\b(authorization["']?\s{0,2}[:=]\s{0,2}["']?(?:basic|bearer|token)\s{1,4})[\w.~+/-]{1,65536}=*/gi;
// Each expression takes linear time: its repetitions are bounded, or exclude what it begins with.
const userInfo = /:\/\/(?:[^\s/?#"'<>@]*@){1,10000}/g;
const sshScheme = /\b(?:git\+)?ssh$/i;
// A password with an unescaped slash: what follows the first colon is not a port.
const unescapedUserInfo = /\b(https?:\/\/)[^\s/?#"'<>@:[]{1,200}:(?!\d{1,5}(?:[/?#\s]|$))[^\s"'<>]{1,500}@/gi;
const authorization = /\b(bearer|basic)(\s{1,4})[\w.~+/-]{16,65536}={0,2}/gi;
const hasEncoded = /%2f|\\\//i;
const blank = /\s/;

/**
 * Hides logins by their form: before the `@` of a URL, in query parameters such as `access_token`, and after `Bearer`
 * or `Basic`. The user name of an ssh address is kept when no password is with it.
 */
export function hideUrlLogins(text: string): string {
  // A report of 100,000 items has some of these characters in few texts only: looking for them first takes less than half of the time.
  const withoutUserInfo = text.includes('://') ? hideUserInfo(text) : text;
  const withoutParameters = text.includes('=') ? withoutUserInfo.replaceAll(secretParameter, '$1***') : withoutUserInfo;
  const withoutMembers = text.includes('"') ? withoutParameters.replaceAll(secretMember, '$1***') : withoutParameters;
  const withoutEncoded = hasEncoded.test(text) ? withoutMembers.replaceAll(encodedUserInfo, '$1***@') : withoutMembers;
  if (!blank.test(text)) return withoutEncoded;
  return withoutEncoded.replaceAll(authorization, '$1$2***').replaceAll(shortAuthorization, '$1***');
}

/** Hides the login of `user:password@host`, an address without a scheme. An image with a digest is kept. */
export function hideBareLogin(text: string): string {
  return text.replace(/^[^\s:/@]+:(?!\/\/)\S+@(?!sha\d{3}:)/, '***@');
}

function hideUserInfo(text: string): string {
  return text.replaceAll(unescapedUserInfo, '$1***@').replaceAll(userInfo, (found, at: number) => {
    const isNameOnly = !found.includes(':', 1);
    return isNameOnly && sshScheme.test(text.slice(Math.max(0, at - 8), at)) ? found : '://***@';
  });
}
