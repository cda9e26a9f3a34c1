/** The section of a version in a changelog (Keep a Changelog), without its heading. Throws when there is none. */
export function releaseNotes(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m);
  const section = sections.find((text) => text.split(/\s/, 1)[0] === version);
  if (section === undefined) throw new Error(`reading CHANGELOG.md: version ${version} is missing`);
  return `${section.slice(section.indexOf('\n')).trim()}\n`;
}
