/** The version of all programs, tasks and images; a contract test holds it equal to package.json and the labels. */
export const version = '0.1.0';
