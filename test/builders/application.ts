import {
  completeApplication,
  type CompleteApplication,
} from '../../src/domain/planning/applications/application-answers.ts';
import type { ApplicationAnswers } from '../../src/domain/schemas/documents.ts';

/** Answers for an image of Deployment lab. */
export const imageAnswers: ApplicationAnswers = {
  action: 'portable-image',
  namespace: 'course',
  workload: 'deployment/lab',
  registry: 'registry.example.com',
  path: 'course/exports',
};

/** Complete answers, by default for an image. */
export function anApplication(more: Partial<ApplicationAnswers> = {}): CompleteApplication {
  return completeApplication({ ...imageAnswers, ...more }, { isOpenShift: false });
}
