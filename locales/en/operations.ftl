# What keeps an operation from running to its end.

operation-timed-out = The operation was stopped after { $seconds } s: ask for less at once.
operation-throttled = You have asked for much within the last minute: ask again after { $seconds } s.
operation-too-complex = { $what ->
    [aliases] The operation has { $found } aliases; { $most } are allowed. Ask for less at once.
    [directives] The operation has { $found } directives; { $most } are allowed. Ask for less at once.
    [tokens] The operation has more than { $most } tokens. Ask for less at once.
    [brackets] The operation has more than { $most } brackets within brackets. Ask for less at once.
    [selections] The operation has { $found } selections; { $most } are allowed. Ask for less at once.
    [nesting] The operation has { $found } selections within selections; { $most } are allowed. Ask for less at once.
    [root-fields] The operation has { $found } root fields; { $most } are allowed. Ask for less at once.
    [levels] The operation has { $found } levels; { $most } are allowed. Ask for less at once.
    [lists] The operation has { $found } lists within lists; { $most } are allowed. Ask for less at once.
    [descriptions] The operation describes the schema { $found } times; once is enough. Ask for it under one name.
    [dear] The operation has { $found } fields that compute much; { $most } are allowed. Ask for them in several operations.
   *[cost] The operation has { $found } points of cost; { $most } are allowed. Ask for less at once.
}
bearer-needed = The `Authorization` header must hold a bearer token.
token-ended = The token is not valid, or not any more: sign in again.
# A refusal of a field, where it stands beside no field.
of-field = `{ $field }`: { $sentence }
