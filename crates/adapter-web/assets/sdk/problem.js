/** Why the server refused something, or why it could not be reached. */
export class RialtoError extends Error {
  /**
   * @param {object} problem
   * @param {string} problem.code stable, for programs
   * @param {string} problem.message one line, for people
   * @param {number} [problem.status] of the HTTP answer; 0 when there was none
   * @param {{ field: string, code: string, message: string }[]} [problem.errors] which fields were refused
   * @param {string} [problem.requestId] quote it when asking for help
   * @param {boolean} [problem.retry] whether the same may succeed later
   * @param {number} [problem.retryAfter] when, in milliseconds
   */
  constructor({ code, message, status = 0, errors = [], requestId, retry = false, retryAfter }) {
    super(message);
    this.name = "RialtoError";
    this.code = code;
    this.status = status;
    this.errors = errors;
    this.requestId = requestId;
    this.retry = retry;
    this.retryAfter = retryAfter;
  }

  /** The server did not answer at all. */
  static unreachable() {
    return new RialtoError({ code: "unreachable", message: "The server cannot be reached.", retry: true });
  }

  /**
   * From an HTTP answer that is not a success.
   * @param {Response} response
   */
  static async fromResponse(response) {
    const problem = await response.json().catch(() => ({}));
    const seconds = Number(response.headers.get("Retry-After"));
    return new RialtoError({
      code: problem.code ?? "unexpected",
      message: problem.detail ?? problem.title ?? `The server answered ${response.status}.`,
      status: response.status,
      errors: problem.errors ?? [],
      requestId: problem.request_id ?? response.headers.get("X-Request-Id") ?? undefined,
      retry: response.status === 429 || response.status >= 500,
      retryAfter: seconds > 0 ? seconds * 1000 : undefined,
    });
  }

  /**
   * From the `error` of a frame.
   * @param {{ code: string, message: string, retry: boolean, retry_after_ms?: number }} error
   */
  static fromFrame(error) {
    return new RialtoError({ ...error, retryAfter: error.retry_after_ms });
  }
}
