/** Seeded generators for the tests of every service. */
export { mulberry32, seededRandom } from "../functions/recommender/model/seeded_random.ts";
