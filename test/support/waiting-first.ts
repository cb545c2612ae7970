import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that mostly wait: for the platform's clock, for a load test that takes its time. */
const WAITING = /\/(hibernate|stall|scenarios)\.test\.ts$/;

/** Starts the files that wait before the others of their project, which then work meanwhile: at the end none would. */
export class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const byProject = Map.groupBy(await super.sort(files), ({ project }) => project);
    return [...byProject.values()].flatMap((ofProject) => {
      const waits = ({ moduleId }: TestSpecification) => WAITING.test(moduleId);
      return [...ofProject.filter(waits), ...ofProject.filter((file) => !waits(file))];
    });
  }
}
