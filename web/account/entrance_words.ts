/** Texts of sign-in and sign-up. */
export const text = {
  promise: "Recommendations from your own data, on your own machine.",
  signIn: "Sign in",
  signUp: "Sign up",
  noAccount: "No account yet?",
  haveAccount: "Already have an account?",
  name: "Name",
  email: "Email",
  password: "Password",
  passwordHint: "At least 8 characters; a few unusual words work best.",
  making: "Creating your account",
  strength: [
    "Very weak: guessed immediately",
    "Weak: guessed quickly",
    "Fair: add a few more words",
    "Strong",
    "Very strong",
  ],
};
