"""Qdrant's refusals: status code and wording.

They come from its own engine's exceptions and from what is checked here.
"""


class Fault(Exception):
    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status = status


def malformed(problem: str) -> Fault:
    return Fault(400, f"Format error in JSON body: {problem}")


def invalid(problem: str) -> Fault:
    return Fault(422, f"Validation error in JSON body: [{problem}]")


def wrong_input(problem: str) -> Fault:
    return Fault(400, f"Wrong input: {problem}")


def no_collection(name: str) -> Fault:
    return Fault(404, f"Not found: Collection `{name}` doesn't exist!")


def collection_exists(name: str) -> Fault:
    return Fault(409, f"Wrong input: Collection `{name}` already exists!")


def from_engine(error: Exception) -> Fault:
    """The refusal for an exception of the engine.

    It raises TypeError, ValueError and OverflowError for values it cannot take, and bare Exception
    for the rest.
    """
    message = str(error)
    if isinstance(error, KeyError):
        return malformed(f"missing field `{error.args[0]}`")
    if isinstance(error, (TypeError, ValueError, OverflowError, AttributeError)):
        return malformed(message.splitlines()[0] if message else type(error).__name__)
    if message.startswith("No point with id"):
        return Fault(404, f"Not found: {message}")
    if type(error) is not Exception or message.startswith("Service runtime error"):
        return Fault(500, f"Service internal error: {message or type(error).__name__}")
    return wrong_input(message)
