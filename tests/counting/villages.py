"""A small election worked out by hand, told for those who test what is said about it.

Ten voters, 1 000 tenge: a share is 100. The road (600) has six supporters, five of whom also want
the park (400); the other four want the well (300).

Most votes: the road (6), then the park (5), which leaves nothing for the well: 300 are missing.

Equal Shares, without completion: effective votes are 6, 5 and 4. Six pay 100 for the road and have
nothing left, so the park's five have 0 of 400. Four pay 75 for the well. 100 are left over.

With Add1 in steps of 0.1: the road still costs six people 100, the well four people 75, and the
park's five have five times what is above 100. It is theirs at a share of 180, and all three would
cost 1 300. So the last share is 179.9, after 799 steps; the five have 399.5, half a tenge too
little. The 100 left over do not pay for the park either.
"""

VILLAGE = """\
META
key;value
description;Ауыл
num_projects;3
num_votes;10
budget;1000
vote_type;approval
rule;unknown
currency;KZT
PROJECTS
project_id;cost;votes;name;selected
1;600;6;Жол;1
2;400;5;Саябақ;0
3;300;4;Құдық;1
VOTES
voter_id;vote
a;1,2
b;1,2
c;1,2
d;1,2
e;1,2
f;1
g;3
h;3
i;3
j;3
"""
