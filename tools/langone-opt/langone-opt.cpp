//===- langone-opt.cpp - mlir-opt with langone-resource -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Exit codes: 0 done, 1 a budget is refuted and nothing else is wrong, 2 bad
// input or usage. Unless it is 0, no module is written.
//
//===----------------------------------------------------------------------===//

#include "langone/InitAll.h"
#include "langone/Resource/IR/ResourceDialect.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

#include "llvm/Support/CommandLine.h"

#include <atomic>

namespace cl = llvm::cl;

namespace {

enum ExitCode { Done = 0, Refuted = 1, BadInput = 2 };

/// Counts errors; contexts of several threads may share one.
struct Errors {
  std::atomic<unsigned> refusals = 0, others = 0;

  void count(mlir::Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() == mlir::DiagnosticSeverity::Error)
      ++(llvm::StringRef(diagnostic.str()).starts_with("REFUTED: ") ? refusals
                                                                    : others);
  }

  /// Of a run that failed. What is not told by a diagnostic is no refusal.
  ExitCode getExitCode() const {
    return refusals != 0 && others == 0 ? Refuted : BadInput;
  }
};

/// Shows `errors` all diagnostics of a context that loads the dialect, before
/// whoever prints them.
class Watch
    : public mlir::DialectExtension<Watch, langone::resource::ResourceDialect> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Watch)

  explicit Watch(Errors &errors) : errors(&errors) {}

  void apply(mlir::MLIRContext *context,
             langone::resource::ResourceDialect *) const final {
    context->getDiagEngine().registerHandler(
        [errors = errors](mlir::Diagnostic &diagnostic) {
          errors->count(diagnostic);
          return mlir::failure(); // goes on to the next handler
        });
  }

private:
  Errors *errors;
};

int run(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::registerAllPasses();
  langone::registerAllDialects(registry);
  langone::registerAllPasses();
  Errors errors;
  registry.addExtension(mlir::TypeID::get<Watch>(),
                        std::make_unique<Watch>(errors));

  // Upstream's way to parse these ends the process with 1.
  cl::opt<std::string> input(cl::Positional, cl::desc("<input file>"),
                             cl::init("-"));
  cl::opt<std::string> output("o", cl::desc("Output filename"),
                              cl::value_desc("filename"), cl::init("-"));
  std::string overview = mlir::registerCLIOptions(
      "LangOne resource optimizer driver\n"
      "Exit codes: 0 done, 1 a budget is refuted, 2 bad input or usage.\n",
      registry);
  if (!cl::ParseCommandLineOptions(argc, argv, overview, &llvm::errs()))
    return BadInput;
  if (mlir::succeeded(mlir::MlirOptMain(argc, argv, input, output, registry)))
    return Done;
  return errors.getExitCode();
}

} // namespace

int main(int argc, char **argv) { return run(argc, argv); }
