/** Texts of sign-in and sign-up. */
export const text = {
  promise: "Recommendations from your own data, on your own machine.",
  signIn: "Sign in",
  signUp: "Sign up",
  noAccount: "No account yet?",
  haveAccount: "You have an account?",
  name: "Name",
  email: "Email",
  password: "Password",
  passwordHint: "8 characters or more; a few unusual words are best.",
  making: "Making your account",
  strength: [
    "Very weak: guessed at once",
    "Weak: guessed soon",
    "Fair: a few more words would help",
    "Strong",
    "Very strong",
  ],
  ended: "Your session has ended. Please sign in again; nothing of yours is lost.",
};
