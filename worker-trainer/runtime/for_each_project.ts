/**
 * Runs `work` for each project in turn, until `stop` is aborted. One that fails holds up no other.
 * @throws {Error} the first failure, with its project, after the last.
 */
export async function forEachProject<Project>(
  projects: readonly Project[],
  work: (project: Project) => Promise<unknown>,
  { idOf, stop }: { idOf: (project: Project) => number; stop?: AbortSignal },
): Promise<void> {
  const failures: Error[] = [];
  for (const project of projects) {
    if (stop?.aborted) break;
    try {
      await work(project);
    } catch (cause) {
      failures.push(new Error(`project ${idOf(project)}`, { cause }));
    }
  }
  if (failures.length > 0) throw failures[0];
}
