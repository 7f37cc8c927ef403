/** Projects of each type, for tests. */
import { exampleModel } from "./example_model.ts";
import type { ModelType } from "../functions/recommender/model/model.ts";
import type { Client, TestRecommender } from "./recommender.ts";

export const FILMS = "movieId,title,genres\n1,Heat (1995),Action|Crime\n2,Solaris,Drama\n";
export const RATINGS = "userId,movieId,rating,timestamp\nann,1,4.5,1000\nbob,2,3,1001\n";

const content = {
  content_file: new File([FILMS], "movies.csv"),
  content_schema_json: '{"item_id":"movieId","item_title":"title","feature_col":"genres"}',
};
const interaction = {
  interaction_file: new File([RATINGS], "ratings.csv"),
  interaction_schema_json: '{"user_id":"userId","item_id":"movieId","rating":"rating"}',
};

/** Form fields of a project of each type. */
export const FORMS = {
  CONTENT: { project_name: "Films", ...content },
  COLLABORATIVE: { project_name: "Films", ...interaction },
  HYBRID: { project_name: "Films", ...content, ...interaction },
} satisfies Record<ModelType, Record<string, string | File>>;

/** A user with a project. */
export interface TestProject {
  ann: Client;
  id: number;
  /** Such as "/project/7". */
  path: string;
}

/** Creates a project that waits for its training. */
export async function waitingProject(
  service: TestRecommender,
  type: ModelType,
): Promise<TestProject> {
  const ann = await service.signUp("ann");
  const { body } = await ann.upload(FORMS[type]);
  return { ann, id: body.id, path: `/project/${body.id}` };
}

/** Creates a project whose first version, the example model, serves. */
export async function servingProject(
  service: TestRecommender,
  type: ModelType,
): Promise<TestProject> {
  const project = await waitingProject(service, type);
  await service.publish(project.id, exampleModel(type), { report: { format: "airec-report" } });
  return project;
}
