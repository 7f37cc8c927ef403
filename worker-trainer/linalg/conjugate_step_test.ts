import { assertAlmostEquals } from "@std/assert";
import { Matrix as Reference, solve } from "ml-matrix";
import { conjugateStep } from "./conjugate_step.ts";
import { full, randomRows } from "../../testing/matrices.ts";
import { matrixDense } from "./matrix_dense.ts";
import { SharedSpace } from "./shared_space.ts";

Deno.test("as many steps as unknowns solve each row's system", async () => {
  const [rows, width, d] = [7, 9, 5];
  const space = new SharedSpace();
  const a = randomRows({ rows, width, density: 0.5, signed: false });
  const y = space.matrix(width, d);
  y.data.forEach((_, e) => y.data[e] = Math.sin(3 * e));
  const dense = matrixDense();
  const gram = await dense.multiply(y, y, { transA: true });
  const ridge = Float64Array.from({ length: rows }, (_, r) => 0.1 + r / 10);
  const [x, residual, direction, image] = [0, 1, 2, 3].map(() => space.matrix(rows, d));
  for (let step = 0; step <= d; step++) {
    image.data.set((await dense.multiply(step === 0 ? x : direction, gram)).data);
    conjugateStep({
      ...{ memory: space.memory, a: space.rows(a), y, ridge },
      ...{ x, residual, direction, image, first: step === 0 },
    });
  }
  const factors = Reference.from1DArray(width, d, y.data);
  full(a, width).forEach((weights, r) => {
    const left = factors.transpose().mmul(Reference.diag(weights)).mmul(factors)
      .add(Reference.from1DArray(d, d, gram.data)).add(Reference.eye(d).mul(ridge[r]));
    const right = factors.transpose().mmul(Reference.columnVector(weights));
    solve(left, right).to1DArray().forEach((value: number, k: number) =>
      assertAlmostEquals(x.data[r * d + k], value, 1e-4)
    );
  });
});
