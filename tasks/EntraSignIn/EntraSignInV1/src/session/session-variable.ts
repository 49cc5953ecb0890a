/** The task variable in which the step tells its post-job step the session folder. */
export const sessionVariable = 'sessionFolder';
