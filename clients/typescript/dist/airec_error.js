/** A call that the API refused. */
export class AirecError extends Error {
    name = "AirecError";
    status;
    /** Undefined if the response was no problem document, as from a proxy. */
    problem;
    constructor(status, problem) {
        super(problem?.detail ?? `The response has status ${status} and no description.`);
        this.status = status;
        this.problem = problem;
    }
    /** Stable code of the reason, such as "invalid_input". */
    get code() {
        return this.problem?.code;
    }
}
