/**
 * Asks a credential helper, the program `docker-credential-<name>`, for the login of a registry
 * (https://github.com/docker/docker-credential-helpers). Undefined where it has none.
 */
export type AskHelper = (name: string, server: string) => Promise<HelperLogin | undefined>;

/** What a helper writes. The name `<token>` says that the secret is a refresh token. */
interface HelperLogin {
  readonly username: string;
  readonly secret: string;
}
